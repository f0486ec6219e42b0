import type { DiscFile } from '../disc/iso-tree.ts'

export function textFile(path: string, text: string): DiscFile {
  return { path, content: new TextEncoder().encode(text) }
}

/** For the text and the attributes of XML. Letters that XML cannot hold are left out: nobody typed them on purpose. */
export function xmlText(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  }
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (letter) => names[letter] ?? '')
}
