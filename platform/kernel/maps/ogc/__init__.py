"""OGC API Features: layers as a service for QGIS, GDAL and other maps. Residents' layers for all, the rest with a key."""
