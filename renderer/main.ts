import './opening-token.ts' // before the router reads the address
import './theme.css'

import ui from '@nuxt/ui/vue-plugin'
import { createPinia } from 'pinia'
import { createApp } from 'vue'

import App from './App.vue'
import { connectToEngine } from './engine-connection.ts'
import { i18n } from './i18n.ts'
import { router } from './router.ts'

connectToEngine((path) => void router.push(path))

createApp(App).use(createPinia()).use(router).use(i18n).use(ui).mount('#app')
