package views

import (
	"strconv"

	"rolecall/models"
)

// The plot of a chart, in the units of its view box. The margins have room for
// labels that are twice as large, as they are where the chart is half as wide.
const (
	plotLeft   = 60
	plotRight  = 600
	plotTop    = 14
	plotBottom = 214
	barWidth   = 12 // of a slot's 18, where there are thirty
	barLeast   = 2  // so that one of ten thousand is seen
)

// A dayNumber is one of a day's numbers.
type dayNumber func(models.DayFigures) int64

// of is the number of that day, zero for no such number.
func (n dayNumber) of(day models.DayFigures) int64 {
	if n == nil {
		return 0
	}
	return n(day)
}

func registered(d models.DayFigures) int64 { return d.Registered }
func good(d models.DayFigures) int64       { return d.Good }
func bad(d models.DayFigures) int64        { return d.Bad }

// A Chart has a bar for each day. A bar has up to two parts, one on the other.
type Chart struct {
	ID            string // of its heading
	Days          []models.DayFigures
	lower, higher dayNumber // the second is nil where bars have one part
	step, top     int64     // of the scale: see scale
}

func newChart(id string, days []models.DayFigures, lower, higher dayNumber) Chart {
	c := Chart{ID: id, Days: days, lower: lower, higher: higher}
	c.step, c.top = scale(c.Peak())
	return c
}

// Registrations is the chart of the accounts that were opened.
func (o Overview) Registrations() Chart { return newChart("registrations", o.Days, registered, nil) }

// SignIns is the chart of the sign-ins, the failed ones upon the good ones.
func (o Overview) SignIns() Chart { return newChart("sign-ins", o.Days, good, bad) }

// Stacked reports whether the bars have two parts.
func (c Chart) Stacked() bool { return c.higher != nil }

// Peak is the number of the busiest day.
func (c Chart) Peak() int64 {
	var peak int64
	for _, day := range c.Days {
		peak = max(peak, c.lower.of(day)+c.higher.of(day))
	}
	return peak
}

// Lower is the sum of the lower parts.
func (c Chart) Lower() int64 { return sum(c.Days, c.lower) }

// Higher is the sum of the higher parts.
func (c Chart) Higher() int64 { return sum(c.Days, c.higher) }

func sum(days []models.DayFigures, number dayNumber) int64 {
	var total int64
	for _, day := range days {
		total += number.of(day)
	}
	return total
}

// First is the day that the chart begins with.
func (c Chart) First() models.Time { return c.Days[0].Day.Begin() }

// Last is the day that it ends with.
func (c Chart) Last() models.Time { return c.Days[len(c.Days)-1].Day.Begin() }

// scale returns the step of a scale for numbers up to the peak, and its upper
// end: at most four steps of 1, 2 or 5 times a power of ten. One of very few does
// not fill the plot.
func scale(peak int64) (step, top int64) {
	const most = 4
	peak = max(peak, most)
	for unit := int64(1); ; unit *= 10 {
		for _, step = range []int64{unit, 2 * unit, 5 * unit} {
			if steps := (peak + step - 1) / step; steps <= most {
				return step, steps * step
			}
		}
	}
}

// A Tick is a line across the plot, with its number.
type Tick struct {
	Y     int
	Label string
}

// Ticks are the lines of the scale, from the lowest up.
func (c Chart) Ticks() []Tick {
	var ticks []Tick
	for value := int64(0); value <= c.top; value += c.step {
		ticks = append(ticks, Tick{plotBottom - c.height(value), c.label(value)})
	}
	return ticks
}

// label is short where the margin has no room for the number.
func (c Chart) label(value int64) string {
	switch {
	case value == 0:
		return "0"
	case c.step%1_000_000 == 0:
		return strconv.FormatInt(value/1_000_000, 10) + "M"
	case c.step%1_000 == 0:
		return strconv.FormatInt(value/1_000, 10) + "k"
	}
	return strconv.FormatInt(value, 10)
}

// height is how high a number stands, in whole units.
func (c Chart) height(value int64) int {
	if value == 0 {
		return 0
	}
	return max(barLeast, int(float64(value)/float64(c.top)*(plotBottom-plotTop)+.5))
}

// A Bar is what a chart shows of one day.
type Bar struct {
	At            models.Time
	Lower, Higher int64
	Slot, Width   int // the day's part of the plot
	X             int
	LowerY        int // where the lower part ends
	LowerHeight   int
	HigherY       int
	HigherHeight  int
	Labelled      bool // below the plot
}

// Center is the middle of the bar.
func (b Bar) Center() int { return b.X + barWidth/2 }

// AtEnd reports whether the label would reach beyond the plot.
func (b Bar) AtEnd() bool { return b.Slot+b.Width >= plotRight }

// Bars are those of the days, from left to right.
func (c Chart) Bars() []Bar {
	bars := make([]Bar, len(c.Days))
	width := (plotRight - plotLeft) / max(1, len(c.Days))
	for i, day := range c.Days {
		bar := Bar{At: day.Day.Begin(), Lower: c.lower.of(day), Higher: c.higher.of(day), Slot: plotLeft + i*width, Width: width}
		bar.X = bar.Slot + (width-barWidth)/2
		bar.LowerHeight, bar.HigherHeight = c.height(bar.Lower), c.height(bar.Higher)
		bar.LowerY = plotBottom - bar.LowerHeight
		bar.HigherY = bar.LowerY - bar.HigherHeight
		bar.Labelled = labelled(i, len(c.Days))
		bars[i] = bar
	}
	return bars
}

// labelled: the first day and the last, and every seventh that has room between
// them.
func labelled(i, days int) bool {
	const week = 7
	return i == days-1 || i%week == 0 && i < days-week/2
}
