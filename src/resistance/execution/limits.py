"""How much a cell may show: enough for anything a reader would read, little enough to render in a moment."""

LONGEST_LINE = 2_000  # characters of one line of text
MOST_LINES = 500  # lines of one text
MOST_CHARACTERS = 100_000  # of one text
MOST_DATA = 5_000_000  # characters of pictures and tables of one cell
