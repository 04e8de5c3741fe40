"""English as in Europe: the day before the month, as on all other pages."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
