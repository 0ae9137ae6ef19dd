"""What the query editor says: it speaks English, our script puts these words in its place."""

from registry.web.site.i18n import lazy_gettext

_SAID = {
    "Run query": lazy_gettext("Run the query"),
    "Share query": lazy_gettext("Share the query"),
    "Shorten": lazy_gettext("Shorten the address"),
    "Table": lazy_gettext("Table"),
    "Response": lazy_gettext("Raw answer"),
    "Download Results": lazy_gettext("Download the results"),
    "Download result": lazy_gettext("Download the results"),
    "Download not supported": lazy_gettext("Nothing to download"),
    "Simple view": lazy_gettext("Short names"),
    "Ellipse": lazy_gettext("Cut long values"),
    "Filter query results": lazy_gettext("Filter the results"),
    "Page size:": lazy_gettext("Rows on a page:"),
    "All": lazy_gettext("All rows"),
    "Show all": lazy_gettext("Show all of it"),
    "First": lazy_gettext("First page of rows"),
    "Previous": lazy_gettext("Previous page of rows"),
    "Next": lazy_gettext("Next page of rows"),
    "Last": lazy_gettext("Last page of rows"),
    "No data available in table": lazy_gettext("No result"),
    "No matching records found": lazy_gettext("No result matches the filter"),
    "cannot render result": lazy_gettext("This result cannot be shown so"),
    "Unable to get response from endpoint. Possible reasons:": lazy_gettext(
        "The service does not answer. Possible reasons:"
    ),
    "Incorrect endpoint URL": lazy_gettext("The address is wrong"),
    "Endpoint is down": lazy_gettext("The service is stopped"),
    "Shows {0} view": lazy_gettext("Show: {0}"),
    "{0} result in {1} seconds": lazy_gettext("{0} row in {1} s"),
    "{0} results in {1} seconds": lazy_gettext("{0} rows in {1} s"),
    "Showing {0} to {1} of {2} entries": lazy_gettext("Rows {0} to {1} of {2}"),
    "Showing {0} to {1} of {2} entry": lazy_gettext("Row {0} of {2}"),
    "Response in {0} seconds": lazy_gettext("Answer in {0} s"),
    "{0}: Activate to sort": lazy_gettext("{0}: sort"),
    "{0}: Activate to invert sorting": lazy_gettext("{0}: sort the other way"),
    "{0}: Activate to remove sorting": lazy_gettext("{0}: sort no more"),
}
"""The editor's own words (``yasgui`` 5.2); a number in braces stands for what it fills in."""


def editor_words() -> dict[str, str]:
    """Return the editor's own words with those of the language of the request."""
    return {words: str(said) for words, said in _SAID.items()}
