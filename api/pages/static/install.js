// Lets the browser keep what is needed without a network, and offer to install the pages.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js");
