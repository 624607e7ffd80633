export { CollectorView } from './collector-view.tsx'
