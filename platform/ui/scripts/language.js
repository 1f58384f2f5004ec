// Words and moments in the language of the page.

export function teller(words) {
  return (name, values = {}) => {
    const found = words[document.documentElement.lang.slice(0, 2)] ?? words.uk;
    return found[name].replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  };
}

export function clock(moment) {
  const sameDay = new Date().toDateString() === new Date(moment).toDateString();
  const options = sameDay ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang || "uk", options).format(new Date(moment));
}
