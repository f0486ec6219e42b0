/** Reads bytes of an image, wherever it lies; fewer than asked for at its end. */
export type ReadAt = (offsetBytes: number, lengthBytes: number) => Promise<Uint8Array>
