/** Call `move` with the plot's coordinates under the pointer, as long as it is pressed. */
export function drag(plot, move) {
  const { canvas } = plot;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    move(plot.pointed(event), true);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) move(plot.pointed(event), false);
  });
}
