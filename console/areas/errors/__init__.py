"""Errors: what fails, in groups that say why their events belong together."""

from console.model.area import Area

AREA = Area("errors", "Errors", "Groups that explain themselves", "Ctrl+4", view_class="ErrorsView")
