import ui from '@nuxt/ui/vue-plugin'
import { config } from '@vue/test-utils'
import { createMemoryHistory, createRouter } from 'vue-router'

// The library's components look up icons, links and toasts through its plugin; without it they reach outside.
const router = createRouter({
  history: createMemoryHistory(),
  routes: [{ path: '/:all(.*)', component: { render: () => null } }],
})
config.global.plugins = [router, ui]
