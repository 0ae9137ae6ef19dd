"""What the query editor says: it speaks English, our script puts these words in its place."""

from registry.web.site.i18n import gettext as _


def editor_words() -> dict[str, str]:
    """Return the editor's own words (``yasgui`` 5.2) with those of the language of the request.

    Words in braces stand for what the editor fills in.
    """
    return {
        "Run query": _("Run the query"),
        "Share query": _("Share the query"),
        "Shorten": _("Shorten the address"),
        "Table": _("Table"),
        "Response": _("Raw answer"),
        "Download Results": _("Download the results"),
        "Download result": _("Download the results"),
        "Download not supported": _("Nothing to download"),
        "Simple view": _("Short names"),
        "Ellipse": _("Cut long values"),
        "Filter query results": _("Filter the results"),
        "Page size:": _("Rows on a page:"),
        "All": _("All rows"),
        "Show all": _("Show all of it"),
        "First": _("First page of rows"),
        "Previous": _("Previous page of rows"),
        "Next": _("Next page of rows"),
        "Last": _("Last page of rows"),
        "No data available in table": _("No result"),
        "No matching records found": _("No result matches the filter"),
        "cannot render result": _("This result cannot be shown so"),
        "Unable to get response from endpoint. Possible reasons:": _(
            "The service does not answer. Possible reasons:"
        ),
        "Incorrect endpoint URL": _("The address is wrong"),
        "Endpoint is down": _("The service is stopped"),
        "Shows {0} view": _("Show: {0}"),
        "{0} result in {1} seconds": _("{0} row in {1} s"),
        "{0} results in {1} seconds": _("{0} rows in {1} s"),
        "Showing {0} to {1} of {2} entries": _("Rows {0} to {1} of {2}"),
        "Showing {0} to {1} of {2} entry": _("Row {0} of {2}"),
        "Response in {0} seconds": _("Answer in {0} s"),
        "{0}: Activate to sort": _("{0}: sort"),
        "{0}: Activate to invert sorting": _("{0}: sort the other way"),
        "{0}: Activate to remove sorting": _("{0}: sort no more"),
    }
