"""An SMTP server that takes everything and keeps nothing: `python -m bench.sink PORT`."""

import asyncio
import sys

ANSWERS = {b"EHLO": b"250 sink\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
OK = b"250 OK\r\n"
END = b"\r\n.\r\n"


class Conversation(asyncio.Protocol):
    """One client."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type
        self.transport, self.rest, self.is_letter = transport, b"", False
        self.transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer every command, and every letter once it is whole."""
        self.rest += data
        while True:
            end = END if self.is_letter else b"\r\n"
            line, found, rest = self.rest.partition(end)
            if not found:
                return
            self.rest = rest
            verb = line[:4].upper()
            answer = OK if self.is_letter else ANSWERS.get(verb, OK)
            self.is_letter = not self.is_letter and verb == b"DATA"
            self.transport.write(answer)


async def serve(port: int) -> None:
    """Listen until killed."""
    server = await asyncio.get_running_loop().create_server(Conversation, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
