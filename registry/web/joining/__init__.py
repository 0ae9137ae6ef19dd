"""Joining the network: the form, the page that follows a request, mails to both sides."""
