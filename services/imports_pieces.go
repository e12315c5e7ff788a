package services

import (
	"context"
	"fmt"
	"io"

	"gorm.io/gorm"

	"rolecall/models"
)

// store keeps what is read, piece by piece, each in a transaction of its own: who
// sends it may be slow.
func (s *Imports) store(ctx context.Context, importID string, from io.Reader) (size int64, err error) {
	buffer := make([]byte, importPiece)
	for place := int64(0); ; place++ {
		n, end := fill(buffer, from)
		if end != nil && end != io.EOF {
			return size, end
		}
		if size += int64(n); size > ImportMax {
			return size, errImportLarge
		}
		if n > 0 {
			piece := models.ImportPiece{ImportID: importID, Place: place, Bytes: buffer[:n]}
			if err := s.storePiece(ctx, piece, size); err != nil {
				return size, err
			}
		}
		if end != nil {
			return size, nil
		}
	}
}

// fill reads until the buffer is full, or an error comes, such as io.EOF at the end.
func fill(buffer []byte, from io.Reader) (n int, err error) {
	for n < len(buffer) && err == nil {
		var more int
		more, err = from.Read(buffer[n:])
		n += more
	}
	return n, err
}

var errImportLarge = &models.Error{Kind: models.Invalid,
	Message: fmt.Sprintf("The file is larger than %d MiB. Send it in parts, or have it taken in by the command rolecall user import.", ImportMax>>20)}

func (s *Imports) storePiece(ctx context.Context, piece models.ImportPiece, size int64) error {
	return s.db.Tx(ctx, func(tx *gorm.DB) error {
		// Another upload of the same person may have taken the place of this one.
		held := tx.Model(&models.Import{}).Where(`"ImportId" = ?`, piece.ImportID).UpdateColumn("Size", size)
		if held.Error != nil {
			return fmt.Errorf("hold an import: %w", held.Error)
		}
		if held.RowsAffected == 0 {
			return errNoImport
		}
		if err := tx.Create(&piece).Error; err != nil {
			return fmt.Errorf("insert a piece of an import: %w", err)
		}
		return nil
	})
}

// open reads the file that was kept.
func (s *Imports) open(ctx context.Context, importID string) *pieces {
	return &pieces{db: s.db, ctx: ctx, importID: importID}
}

// pieces are the kept parts of a file, one after another.
type pieces struct {
	db       *models.DB
	ctx      context.Context
	importID string
	place    int64  // of the next one
	rest     []byte // of the present one
	read     int64  // bytes
}

// Read is part of io.Reader.
func (p *pieces) Read(into []byte) (int, error) {
	if len(p.rest) == 0 {
		var found []models.ImportPiece
		err := p.db.Read(p.ctx).Where(`"ImportId" = ? AND "Place" = ?`, p.importID, p.place).Find(&found).Error
		if err != nil {
			return 0, fmt.Errorf("read a piece of an import: %w", err)
		}
		if len(found) == 0 {
			return 0, io.EOF
		}
		p.rest = found[0].Bytes
		p.place++
	}
	n := copy(into, p.rest)
	p.rest = p.rest[n:]
	p.read += int64(n)
	return n, nil
}
