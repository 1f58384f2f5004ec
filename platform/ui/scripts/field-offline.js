// The page, its script and looks are kept by the worker of the site, which then opens them without a network.
const PATIENCE = 30_000;

export async function prepare(settings) {
  if (!navigator.serviceWorker || !window.caches) return false;
  await navigator.serviceWorker.register(settings.worker);
  const { active } = await navigator.serviceWorker.ready;
  navigator.storage?.persist?.();
  return ask(active, settings.index);
}

function ask(worker, page) {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(data.ready);
    setTimeout(() => done(false), PATIENCE);
    worker.postMessage({ keep: page }, [port2]);
  });
}
