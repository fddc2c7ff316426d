"""The network's process: it starts the peers and holds the rate of what they do."""

import asyncio
from functools import partial

from console.demo.pacing import Pacer
from console.demo.service import Context

_ENTITIES = 8


async def serve(context: Context) -> None:
    """Run the peers until cancelled."""
    context.announce()
    reporter = context.reporter
    reporter.info("peers start; waiting for the address of the API")
    address = await context.api
    # httpx and pycrdt take half a second to load: they do so after the stream is up.
    from console.demo.api_client import ApiClient
    from console.demo.network.actions import Network, make_deck
    from console.demo.network.exchange import Mesh
    from console.demo.network.mesh import connect_all, make_peers
    from console.demo.network.resolve import resolve
    from console.demo.network.server_link import exchange_with_server, report_digests
    from console.demo.resolution import answer_resolutions

    peers = await make_peers(reporter, context.rng)
    api = ApiClient(address, reporter)
    try:
        async with asyncio.TaskGroup() as group:
            mesh = Mesh(peers, reporter, group, [f"conv_{index}" for index in range(_ENTITIES)])
            mended = connect_all(mesh)
            await api.sign_in("dara")
            await exchange_with_server(api, mesh, mesh.entities)
            group.create_task(api.stay_signed_in("dara"))
            pacer = Pacer(context.rate, context.count_emitted)
            network = Network(mesh, api, context.rng, mended)
            answer_resolutions(reporter, partial(resolve, network))
            group.create_task(report_digests(mesh))
            await pacer.run(make_deck(network).draw, lambda bug: reporter.error(bug, category="INTERNAL"))
    finally:
        for peer in peers:
            peer.close()
        await api.close()
