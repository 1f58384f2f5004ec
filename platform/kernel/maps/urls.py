from django.urls import path

from kernel.maps import pages
from kernel.maps.views import finding, grounds, layers, problems, shapes, tiles

app_name = "maps"
urlpatterns = [
    *pages.urlpatterns,
    path("layers.json", layers.layers, name="layers"),
    path("tiles/<str:label>/tilejson.json", tiles.description, name="tilejson"),
    path("tiles/<str:label>/<int:z>/<int:x>/<int:y>.mvt", tiles.tile, name="tile"),
    path("tiles/<str:label>.geojson", tiles.collection, name="geojson"),
    path("legend/<str:label>.json", tiles.legend, name="legend"),
    path("at", finding.at, name="at"),
    path("search", finding.search, name="search"),
    path("shapes", shapes.shape, name="shape"),
    path("shapes/near", shapes.near, name="near"),
    path("shapes/<str:label>/<int:pk>", shapes.neighbour, name="neighbour"),
    path("boundary.json", layers.boundary, name="boundary"),
    path("backdrop/", grounds.set_backdrop, name="set_backdrop"),
    path("boundary/", layers.set_boundary, name="set_boundary"),
    path("problems/", problems.listed, name="problems"),
    path("problems/recount/", problems.recount, name="recount"),
    path("problems/<int:pk>/allow/", problems.allow, name="allow"),
]
