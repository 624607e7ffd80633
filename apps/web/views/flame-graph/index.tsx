export { FlameGraphView } from './flame-graph-view.tsx'
