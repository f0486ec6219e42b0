/**
 * Goes on to the address at once; being a file of the user, it may carry what must not stand in a command line. It is of
 * the window's own colour, so that nothing flashes.
 */
export function openingPage(address: string): string {
  const text = JSON.stringify(address).replaceAll('<', String.raw`\u003c`)
  return [
    '<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Strata</title>',
    '<style>html { background: light-dark(#f4f3f0, #141517) }</style>',
    `<script>location.replace(${text})</script>`,
    '',
  ].join('\n')
}
