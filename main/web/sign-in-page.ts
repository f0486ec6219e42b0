import type { RendererFile } from '@strata/engine/renderer-files/renderer-files.ts'

/**
 * Turns a one-time token into a session. The token stands behind the `#`, which browsers keep to themselves: it is
 * in no request line, no log and no Referer. The script takes it out of the address first. The session's secret
 * stays in `sessionStorage`, which knows the port and outlives a reload; a cookie would go to every port.
 */
const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Strata</title>
<link rel="icon" href="data:,">
<script src="/login.js" defer></script>
</head>
<body>
<p id="status" role="status">Opening Strata…</p>
<noscript><p>Strata needs JavaScript.</p></noscript>
</body>
</html>
`

const script = `const status = document.getElementById('status')
const token = location.hash.slice(1)
const page = new URLSearchParams(location.search).get('page') ?? '/'
history.replaceState(null, '', '/login')

async function signIn() {
  if (token === '') {
    status.textContent = 'Open the whole address that Strata printed, with the part behind the #.'
    return
  }
  const answer = await fetch('/login', { method: 'POST', body: new URLSearchParams({ token }) })
  const text = (await answer.text()).trim()
  if (answer.ok) {
    sessionStorage.setItem('strata-session', text)
    location.replace(new URL(page, location.origin).origin === location.origin ? page : '/')
  } else status.textContent = text
}

signIn().catch(() => { status.textContent = 'Strata does not answer. Is it still running?' })
`

const page = (text: string, mediaType: string): RendererFile => ({
  body: Buffer.from(text),
  mediaType,
  etag: '',
  immutable: false,
})

export const signInPage = page(html, 'text/html; charset=utf-8')
export const signInScript = page(script, 'text/javascript; charset=utf-8')
