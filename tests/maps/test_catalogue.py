"""The catalogue of open data, as those who gather catalogues read it."""

from __future__ import annotations

from tests.maps.conftest import stop


def test_every_open_set_has_its_passport(client_for, in_alpha):
    stop(1)
    response = client_for("alpha").get("/open/catalogue.jsonld")
    assert response["Content-Type"] == "application/ld+json" and response["Access-Control-Allow-Origin"] == "*"
    told = response.json()
    assert told["@type"] == "dcat:Catalog" and told["dct:publisher"]["foaf:name"]["@value"] == "Альфівська громада"
    stops = next(one for one in told["dcat:dataset"] if one["dct:identifier"] == "zupynky")
    asked = (
        "dct:title",
        "dct:description",
        "dct:publisher",
        "dct:accrualPeriodicity",
        "dcat:contactPoint",
        "dct:modified",
    )
    assert all(stops.get(name) for name in asked)
    files = {one["dcat:mediaType"]["@id"].rpartition("/")[2]: one for one in stops["dcat:distribution"]}
    assert set(files) == {"csv", "json", "geo+json", "plain"} and all(
        "licenses/by/4.0" in one["dct:license"]["@id"] for one in files.values()
    )
    for one in files.values():
        address = one["dcat:downloadURL"]["@id"].partition("alpha.localhost")[2]
        assert client_for("alpha").get(address).status_code == 200
    assert told["dcat:service"][0]["dcat:endpointURL"]["@id"].endswith("/ogc/")
