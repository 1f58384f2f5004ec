"""Files of maps, read by GDAL in a process of its own."""
