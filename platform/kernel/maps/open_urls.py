from django.urls import path

from kernel.maps import pages
from kernel.maps.views import finding, layers, tiles

app_name = "open_maps"
urlpatterns = [
    *pages.open_urlpatterns,
    path("layers.json", layers.open_layers, name="layers"),
    path("tiles/<str:label>/tilejson.json", tiles.open_description, name="tilejson"),
    path("tiles/<str:label>/<int:z>/<int:x>/<int:y>.mvt", tiles.open_tile, name="tile"),
    path("legend/<str:label>.json", tiles.open_legend, name="legend"),
    path("at", finding.open_at, name="at"),
    path("boundary.json", layers.boundary, name="boundary"),
]
