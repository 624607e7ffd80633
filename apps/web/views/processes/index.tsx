export { ProcessesView } from './processes-view.tsx'
