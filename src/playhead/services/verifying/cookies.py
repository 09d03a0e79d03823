"""A cookie jar in which cookies stay with the host and port that gave them.

Browsers share cookies between the ports of a host, and with the hosts of a domain (RFC 6265, 8.5). Between services
that happen to run on one machine they are credentials of somebody else.
"""

from __future__ import annotations

from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit
from urllib.request import Request

__all__ = ["cookie_jar"]


def cookie_jar() -> CookieJar:
    """Return a jar whose cookies go back to their own host and port alone."""
    return CookieJar(policy=_Strict())


class _Strict(DefaultCookiePolicy):
    def set_ok(self, cookie: Cookie, request: Request) -> bool:
        if not super().set_ok(cookie, request):
            return False
        url = urlsplit(request.get_full_url())
        host = (url.hostname or "").lower()
        # What the jar itself compares: a name without a dot in it is a local one (RFC 2965, 1), and 80 is the default.
        cookie.domain = host if "." in host or ":" in host else f"{host}.local"
        cookie.port = str(url.port or 80)
        return True
