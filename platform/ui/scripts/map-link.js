// A map as an address: #map=14.5/49.07/33.42&off=one,two&opacity=one:0.5&on=2026-01-31
export function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  const [zoom, latitude, longitude] = (given.get("map") ?? "").split("/").map(Number);
  const known = [zoom, latitude, longitude].every(Number.isFinite) && Math.abs(latitude) <= 85 && given.has("map");
  return {
    ...(known ? { zoom, centre: [longitude, latitude] } : {}),
    ...(given.has("off") ? { hidden: given.get("off").split(",").filter(Boolean) } : {}),
    ...(given.has("opacity") ? { opacity: Object.fromEntries(given.get("opacity").split(",").map((pair) => pair.split(":")).map(([name, value]) => [name, Math.min(1, Math.max(0, Number(value) || 0))])) } : {}),
    ...(/^\d{4}-\d\d-\d\d$/.test(given.get("on") ?? "") ? { on: given.get("on") } : {}),
  };
}

export function writeHash(map, state) {
  const { lng, lat } = map.getCenter();
  const parts = [`map=${map.getZoom().toFixed(2)}/${lat.toFixed(5)}/${lng.toFixed(5)}`, `off=${[...state.hidden].join(",")}`];
  const opacity = Object.entries(state.opacity).filter(([, value]) => value < 1);
  if (opacity.length) parts.push(`opacity=${opacity.map((pair) => pair.join(":")).join(",")}`);
  if (state.on) parts.push(`on=${state.on}`);
  history.replaceState(history.state, "", `#${parts.join("&")}`);
}
