"""The client's process: sign in, then act at the rate asked for."""

import asyncio
from functools import partial
from urllib.parse import urlsplit

from console.demo.pacing import Pacer
from console.demo.service import Context


async def serve(context: Context) -> None:
    """Act as the client until cancelled."""
    context.announce()
    context.reporter.info("client starts; waiting for the address of the API")
    address = urlsplit(await context.api)
    # httpx takes a third of a second to load: it does so after the stream is up.
    from console.demo.api_client import ApiClient
    from console.demo.pwa.actions import list_conversations, make_deck
    from console.demo.pwa.link import Link
    from console.demo.pwa.local import Local
    from console.demo.pwa.polling import POLLS, poll
    from console.demo.pwa.resolve import resolve
    from console.demo.pwa.sync import Client, report_digests, watch_connection
    from console.demo.resolution import answer_resolutions

    link = await Link.start(str(address.hostname), int(address.port or 80))
    api = ApiClient(link.url, context.reporter)
    client = Client(api, link, Local(context.reporter), context.reporter, context.rng)
    try:
        await api.sign_in("ada")
        answer_resolutions(client.reporter, partial(resolve, client))
        await list_conversations(client)
        pacer = Pacer(context.rate, context.count_emitted)
        async with asyncio.TaskGroup() as group:
            group.create_task(watch_connection(client))
            group.create_task(report_digests(client))
            group.create_task(api.stay_signed_in("ada"))
            for work, share in POLLS:
                group.create_task(poll(client, work, share * context.whole_rate))
            await pacer.run(make_deck(client).draw, lambda bug: context.reporter.error(bug, category="INTERNAL"))
    finally:
        link.cut()
        await api.close()
