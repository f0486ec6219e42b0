/** Lets the user keep something as a file, through the shell's own way of saving. */
export function saveFile(content: Blob, fileName: string): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  // Slashes would be taken for folders.
  link.download = fileName.replaceAll(/[/\\]/g, '-')
  link.click()
  // The download has begun with the click; the next turn is late enough to let the memory go.
  setTimeout(() => {
    URL.revokeObjectURL(url)
  })
}
