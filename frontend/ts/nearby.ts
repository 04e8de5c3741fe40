/** "Around me": the device's place, rounded to about a kilometre, becomes part of the address. */

const button = document.querySelector<HTMLButtonElement>("[data-nearby]");
const said = document.querySelector<HTMLElement>("[data-nearby-status]");

/** Two digits after the point: within a kilometre, and no closer. */
export function rounded(degrees: number): string {
  return degrees.toFixed(2);
}

function go(place: GeolocationPosition): void {
  const address = new URL(window.location.href);
  for (const name of ["nahe", "page"]) address.searchParams.delete(name);
  address.searchParams.set("lat", rounded(place.coords.latitude));
  address.searchParams.set("lon", rounded(place.coords.longitude));
  window.location.assign(address);
}

if (button && "geolocation" in navigator) {
  button.hidden = false;
  button.addEventListener("click", () => {
    if (said) said.textContent = button.dataset.asking ?? "";
    navigator.geolocation.getCurrentPosition(
      go,
      () => {
        if (said) said.textContent = button.dataset.failed ?? "";
      },
      { maximumAge: 600_000, timeout: 15_000 },
    );
  });
}
