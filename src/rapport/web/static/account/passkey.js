// Says on the page what allauth's script would only write to the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const words of document.querySelectorAll("[data-passkey-trouble]")) words.hidden = false;
});
