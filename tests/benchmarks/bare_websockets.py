"""The baseline: a server with nothing but `websockets`. It greets, acknowledges and broadcasts.

`python -m tests.benchmarks.bare_websockets <port>`. A frame `vote.cast` is acknowledged, a frame
`shout` goes to everyone by `websockets.broadcast`.
"""

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosedError

everyone: set[ServerConnection] = set()


async def connected(connection: ServerConnection) -> None:
    everyone.add(connection)
    try:
        async for text in connection:
            if '"shout"' in str(text):
                broadcast(everyone, '{"v":1,"t":"tally","d":{"pad":"%s"}}' % ("x" * 100))
            elif '"vote.cast"' in str(text):
                await connection.send('{"v":1,"t":"ack","d":{}}')
            else:
                await connection.send('{"v":1,"t":"welcome","d":{"token":null}}')
    except ConnectionClosedError:
        pass  # the phones leave without a word
    finally:
        everyone.discard(connection)


async def main(port: int) -> None:
    async with serve(connected, "127.0.0.1", port, compression=None, backlog=4096):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
