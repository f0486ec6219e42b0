// For ESLint, whose compiler cannot read components: without this a `.ts` file that imports one would see an error
// type everywhere. vue-tsc looks into the components themselves.
declare module '*.vue' {
  import type { DefineComponent } from 'vue'

  const component: DefineComponent
  export default component
}
