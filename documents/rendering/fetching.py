"""The only addresses a notice may load: the pictures the renderer itself put in as data."""

from __future__ import annotations

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

_ALLOWED = "data:image/png;base64,"


class LockedFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Refuses files, networks and every other scheme, and stops the rendering when one is asked.

    Stock WeasyPrint embeds local files named by ``<link rel=attachment>`` (GHSA-35jj-wx47-4w8r).
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The PNG behind a data address; anything else is fatal."""
        if not url.startswith(_ALLOWED):
            raise FatalURLFetchingError(
                f"a notice asked for {url[:60]!r}; only PNG data is allowed"
            )
        return super().fetch(url, headers)
