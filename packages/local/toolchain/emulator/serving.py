"""Serves the emulator by uvicorn with httptools, whose parser is compiled, in place of hypercorn.

A request costs a third less of the one processor that the emulator has; see docs/decisions/016-the-emulators-http-server.md.

Source: https://www.uvicorn.org/settings/
"""

import hypercorn.asyncio
import uvicorn


async def serve(app, config):
    """What hypercorn.asyncio.serve does, as far as the emulator asks for it: `config` is hypercorn's."""
    host, _, port = config.bind[0].rpartition(":")
    settings = uvicorn.Config(
        app,
        host=host,
        port=int(port),
        http="httptools",
        ws="none",
        lifespan="on",
        # The emulator says who answers and when, as AWS does.
        server_header=False,
        date_header=False,
        proxy_headers=False,
        log_config=None,
        access_log=False,
        timeout_keep_alive=config.keep_alive_timeout,
        # Whoever waits for a message of a queue waits up to 20 seconds.
        timeout_graceful_shutdown=int(config.graceful_timeout),
    )
    await uvicorn.Server(settings).serve()


def install():
    """Before the emulator's main takes it."""
    hypercorn.asyncio.serve = serve
