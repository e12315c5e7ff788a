package services

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// demoDomains are those that RFC 2606 keeps for examples: nobody gets the mail.
var demoDomains = []string{"example.com", "example.org", "example.net"}

// demoRoles are held by fewer and fewer people.
var demoRoles = []struct{ name, description string }{
	{"Employee", "Reads the intranet and the company calendar."},
	{"Editor", "Writes and changes articles."},
	{"Support", "Answers customers' questions."},
	{"Sales", "Sees customers, offers and orders."},
	{"Developer", "Works on the source code."},
	{"Reviewer", "Approves articles before they are published."},
	{"Accountant", "Books invoices and payments."},
	{"Analyst", "Reads all reports."},
	{"Warehouse", "Books goods in and out."},
	{"Translator", "Translates articles."},
	{"Trainer", "Plans courses and keeps the lists of participants."},
	{"Buyer", "Orders from suppliers."},
	{"Team lead", "Approves holidays and expenses of a team."},
	{"Planner", "Plans shifts and deliveries."},
	{"Designer", "Keeps pictures and templates."},
	{"Publisher", "Puts articles online and takes them back."},
	{"Recruiter", "Sees applications."},
	{"Controller", "Sees budgets and costs of all departments."},
	{"Data protection", "Answers requests for information and erasure."},
	{"Auditor", "Reads everything and changes nothing."},
}

// A demoName is a name as its bearer writes it, and in Latin letters without
// accents.
type demoName struct{ native, latin string }

// A demoLanguage is the names of one: the more common ones first, in part.
type demoLanguage struct {
	until       int // of all draws, those below are its own or an earlier one's
	first, last []demoName
}

// demoLanguages reads the lists below once.
var demoLanguages = sync.OnceValue(func() []demoLanguage {
	languages := make([]demoLanguage, len(demoLists))
	until := 0
	for i, list := range demoLists {
		until += list.share
		languages[i] = demoLanguage{until, demoNames(list.first), demoNames(list.last)}
	}
	return languages
})

// demoNames splits a list. A name that is not in Latin letters says after = how
// it is written in them, and an underscore is a space.
func demoNames(list string) []demoName {
	var names []demoName
	for _, word := range strings.Fields(strings.ReplaceAll(list, "_", "\u00a0")) {
		native, latin, found := strings.Cut(word, "=")
		if !found {
			latin = demoLatin(native)
		}
		names = append(names, demoName{strings.ReplaceAll(native, "\u00a0", " "), strings.ReplaceAll(latin, "\u00a0", " ")})
	}
	return names
}

// demoLatin takes the accents away.
func demoLatin(name string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn))), demoUndivided.Replace(name))
	if err != nil {
		return name
	}
	return plain
}

// demoUndivided are the letters that Unicode does not take apart.
var demoUndivided = strings.NewReplacer("ß", "ss", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "æ", "ae", "Æ", "Ae", "đ", "d", "Đ", "D", "ı", "i", "ð", "d", "Ð", "D", "þ", "th", "Þ", "Th")

// demoLists are common names of some languages, with the share of the people who
// bear them in a hundred.
var demoLists = []struct {
	share       int
	first, last string
}{
	{30, // English
		"James Mary John Patricia Robert Jennifer Michael Linda David Elizabeth William Susan Thomas Jessica Sarah Daniel Karen Matthew Lisa Emily " +
			"Andrew Amanda Joshua Melissa Kevin Laura Brian Rachel George Olivia Ryan Hannah Jacob Grace Ethan Chloe Oliver Sophie Harry Amelia Noah Ruby Liam Siobhán",
		"Smith Johnson Williams Brown Jones Taylor Davis Miller Wilson Moore Anderson Thomas Jackson White Harris Martin Thompson Clark Lewis Robinson " +
			"Walker Hall Young Allen King Wright Scott Green Baker Adams Campbell Mitchell Carter Roberts Phillips Evans Turner Parker Edwards O'Connor Murphy Kelly O'Brien MacDonald Lloyd-Hughes Fitzgerald"},
	{14, // German
		"Thomas Anna Michael Sabine Andreas Julia Stefan Katharina Christian Monika Peter Lena Markus Claudia Jürgen Petra Wolfgang Birgit Lukas Johanna Jörg Käthe Günther Bärbel Sören Anke",
		"Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Krüger Hofmann Lange Köhler König Groß Weiß Jäger Möller von_Arnim"},
	{10, // Spanish
		"María José Antonio Carmen Manuel Lucía Francisco Laura Javier Ana David Marta Daniel Elena Carlos Sofía Alejandro Paula Miguel Inés Ángel Rocío Andrés Begoña Íñigo Nuria",
		"García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez Romero Gutiérrez Navarro Torres Domínguez Vázquez Núñez Ibáñez de_la_Fuente"},
	{8, // French
		"Jean Marie Pierre Nathalie Michel Isabelle Nicolas Sylvie Julien Camille Antoine Chloé Louis Léa François Élodie Rémi Hélène Jérôme Aurélie Théo Zoé Benoît Anaïs",
		"Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre Michel Garcia Roux Fournier Girard Mercier Chevalier Gauthier Lemaître Béranger d'Aubigné"},
	{7, // Italian
		"Marco Giulia Andrea Francesca Luca Chiara Giuseppe Sara Matteo Martina Alessandro Elisa Lorenzo Valentina Davide Federica Niccolò Beatrice Riccardo Alice",
		"Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De_Luca Costa Giordano Mancini Rizzo Lombardi Moretti D'Angelo Nicolò"},
	{7, // Polish and Czech
		"Anna Piotr Katarzyna Krzysztof Małgorzata Andrzej Agnieszka Tomasz Zofia Paweł Łukasz Michał Jakub Hana Jiří Tereza Ondřej Lucie Václav Kateřina Božena",
		"Nowak Kowalska Wiśniewski Wójcik Kamiński Lewandowski Zielińska Szymański Woźniak Dąbrowski Kozłowski Mazur Novák Svoboda Dvořáková Černý Procházka Kučerová Veselý Horák Šťastný Němcová"},
	{6, // of the North
		"Lars Anna Erik Ingrid Anders Karin Johan Astrid Nils Sofie Magnus Freja Øyvind Solveig Bjørn Åsa Jón Guðrún Mikko Aino Jussi Päivi Søren Mette",
		"Andersson Johansson Hansen Nielsen Karlsson Larsen Nilsson Olsen Berg Lindström Sørensen Jørgensen Ødegård Bjørnstad Åkesson Virtanen Korhonen Mäkinen Jónsdóttir Nyström Kjær"},
	{5, // Turkish
		"Mehmet Ayşe Mustafa Fatma Ahmet Zeynep Ali Elif Hüseyin Merve Emre Büşra Çağla Özgür Işıl Gökhan Şule Tuğba Yiğit Ömer",
		"Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan Şimşek Güneş"},
	{4, // of India
		"Rahul Priya Amit Anjali Sanjay Kavita Vijay Sunita Arjun Deepa Rajesh Meera Ravi Lakshmi Suresh Nisha Arun Divya Kiran Pooja",
		"Sharma Singh Patel Kumar Gupta Reddy Iyer Nair Das Mehta Joshi Rao Verma Chatterjee Banerjee Desai Kapoor Menon Pillai Mukherjee"},
	{3, // Vietnamese
		"Anh Minh Hương Linh Tuấn Hà Dũng Lan Đức Thảo Phương Trung Ngọc Quân Thủy Hiếu",
		"Nguyễn Trần Lê Phạm Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý"},
	{2, // Russian and Ukrainian
		"Александр=Aleksandr Елена=Elena Дмитрий=Dmitri Ольга=Olga Сергей=Sergei Наталья=Natalya Андрей=Andrei Ирина=Irina Алексей=Aleksei Татьяна=Tatyana Юлія=Yuliya Тарас=Taras Оксана=Oksana",
		"Иваненко=Ivanenko Шевченко=Shevchenko Коваленко=Kovalenko Бондаренко=Bondarenko Ткаченко=Tkachenko Кравченко=Kravchenko Олійник=Oliinyk Черных=Chernykh Белых=Belykh Седых=Sedykh"},
	{1, // Greek
		"Γιώργος=Giorgos Μαρία=Maria Δημήτρης=Dimitris Ελένη=Eleni Κώστας=Kostas Κατερίνα=Katerina Νίκος=Nikos Σοφία=Sofia",
		"Παπαδοπούλου=Papadopoulou Οικονόμου=Oikonomou Παππά=Pappa Βλάχου=Vlachou Γεωργίου=Georgiou Δημητρίου=Dimitriou Νικολάου=Nikolaou Αντωνίου=Antoniou"},
	{1, // Chinese
		"伟=Wei 芳=Fang 娜=Na 敏=Min 静=Jing 强=Qiang 磊=Lei 洋=Yang 艳=Yan 勇=Yong 秀英=Xiuying 志明=Zhiming",
		"王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 黄=Huang 赵=Zhao 吴=Wu 周=Zhou 徐=Xu 欧阳=Ouyang"},
	{1, // Japanese
		"陽菜=Hina 蓮=Ren 結衣=Yui 大翔=Hiroto 葵=Aoi 悠真=Yuma さくら=Sakura 健太=Kenta 美咲=Misaki 翔太=Shota",
		"佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 伊藤=Ito 渡辺=Watanabe 山本=Yamamoto 中村=Nakamura 小林=Kobayashi 加藤=Kato"},
	{1, // Arabic
		"محمد=Muhammad فاطمة=Fatima أحمد=Ahmad عائشة=Aisha علي=Ali مريم=Maryam يوسف=Yusuf زينب=Zaynab عمر=Umar ليلى=Layla",
		"حداد=Haddad خوري=Khoury نجار=Najjar منصور=Mansour صالح=Saleh حسن=Hassan إبراهيم=Ibrahim عثمان=Othman قاسم=Qasim ناصر=Nasser"},
}
