# Forms of reports, archive and comparison

report-lacking = The built-in font lacks { $n } of the characters of this file; they are shown as □: { $codes }. Name a font file that has them as report.font_path in the settings; HTML and XLSX are not affected.
report-sheet-data = Chart data
report-meta-not-archived = Not archived
report-page-changes = Against the last version
report-changes-some = { $before } against { $after }: { $moved } of { $all } { FORM($all, "figure", "figures") } { FORM($all, "differs", "differ") }.
report-changes-none = { $before } against { $after }: all { $all } { FORM($all, "figure", "figures") } { FORM($all, "is", "are") } the same.
report-changes-why = Why
report-changes-caption = Figures that moved
report-column-before = Before
report-column-after = Now
report-column-moved-by = Difference
report-version-archived = { $period } (archive no. { $number }, as of { $as_of })
report-version-now = { $period } (from the data now, as of { $as_of })
report-cause-import = Import { $id }, { $file }: { $loaded } new { FORM($loaded, "row", "rows") }, { $replaced } replaced
report-cause-orders = Orders of the period: { $before } before, { $after } now
report-cause-data = The data differ, and the ledger has no new file (an import was undone, or a person erased)
report-cause-setting = Setting { $name }: { $before } before, { $after } now
report-cause-definitions = Definitions of figures changed with the program
report-cause-program = Program: { $before } before, { $after } now
report-cause-as-of = Data as of { $before } before, { $after } now

said-not-archived = The report is written but not archived: { $why }
said-why-database-busy = another program is using the database
said-why-folder-read-only = the folder of the database is read-only
said-why-network-drive = its folder lies on a network drive
said-figures = Table { $path }

error-report-unknown = { $name }: there is no such version of a report
error-report-unknown-hint = Give a month that was reported (2025-12) or a number in the archive; retain export reports lists them all
error-report-other-year = { $name } was archived when the settings had another start of the year (now { $now })
error-report-other-year-hint = Write the report of { $now } first (retain report year), then compare its versions
error-report-file-missing = { $path }: the file that the setting { $name } names cannot be read
error-report-file-missing-hint = Correct the path, or leave the setting empty
error-font-unreadable = { $path }: not a usable font file
error-font-unreadable-hint = Name a TTF, OTF or TTC file as report.font_path, or leave it empty
error-logo-unknown = { $path }: not a usable PNG or SVG picture
error-logo-unknown-hint = Name another file as report.logo_path, or leave it empty
error-logo-large = { $path }: the picture has { $kb } KB, at most 512 KB are taken
error-logo-large-hint = Make the picture smaller
error-pdf-not-built = This program was built without PDF
error-pdf-not-built-hint = take a build with it (the default has it), or another --format
said-kept-before-upgrade = Kept as it was before this version: { $path }
