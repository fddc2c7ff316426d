"""The features of the console. To add one: a new folder here and its name in `AREAS`."""

from importlib import import_module
from typing import TYPE_CHECKING

from console.model.area import Area

if TYPE_CHECKING:  # the migrations bring sqlite-utils, which the window's first paint must not wait for
    from console.store.bundling import BundleTable
    from console.store.migrations import AreaMigrations
    from console.store.projection import AreaAnswer, AreaCommand, AreaForget, Projection

AREAS = ("timeline", "errors", "performance", "trace", "sync", "contracts", "incidents", "sources")
"""Names of the area folders, in the order of the area bar."""


def declared_areas() -> tuple[Area, ...]:
    """Return the declarations of all areas; loads neither their stores nor their views."""
    return tuple(import_module(f"console.areas.{name}").AREA for name in AREAS)


def area_migrations() -> "list[tuple[str, AreaMigrations]]":
    """Return (area, migrations) of each area that has tables."""
    return [(area.name, import_module(area.store_module).MIGRATIONS) for area in declared_areas() if area.has_store]


def area_projections() -> "list[tuple[str, Projection]]":
    """Return (area, a new projection) of each area that has tables."""
    return [(area.name, import_module(area.store_module).projection()) for area in declared_areas() if area.has_store]


def area_commands() -> "dict[str, dict[str, AreaCommand]]":
    """Return the commands of each area that has tables, by area and name."""
    modules = {area.name: import_module(area.store_module) for area in declared_areas() if area.has_store}
    return {name: getattr(module, "COMMANDS", {}) for name, module in modules.items()}


def area_answers() -> "dict[str, AreaAnswer]":
    """Return what areas do about answers to their commands, by area; only of those that send any."""
    modules = {area.name: import_module(area.store_module) for area in declared_areas() if area.has_store}
    return {name: module.on_answer for name, module in modules.items() if hasattr(module, "on_answer")}


def area_bundled() -> "tuple[BundleTable, ...]":
    """Return the tables whose rows may leave the store in an incident bundle, of all areas, in the order of the areas."""
    modules = [import_module(area.store_module) for area in declared_areas() if area.has_store]
    return tuple(table for module in modules for table in getattr(module, "BUNDLED", ()))


def area_forgets() -> "tuple[AreaForget, ...]":
    """Return how areas forget what tells of events that a person has deleted; only of those that keep anything by event."""
    modules = [import_module(area.store_module) for area in declared_areas() if area.has_store]
    return tuple(module.forget for module in modules if hasattr(module, "forget"))
