"""Why one way of writing a marked workbook is given up for the next one."""


class UnfitError(Exception):
    """The workbook cannot be written in this way; the message says why, in Chinese."""
