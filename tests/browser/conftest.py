"""The page of all components, served from this very process."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from tests.browser.showcase_app import create_showcase_app

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def showcase_address() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_showcase_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
