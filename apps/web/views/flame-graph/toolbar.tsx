'use client'
import { Table2 } from 'lucide-react'
import { Segments } from '../../ui/segments.tsx'
import { shareOf, type Whole } from './figures.ts'
import { SearchField } from './search-field.tsx'
import type { Flame, FlameState, Shape } from './use-flame.ts'
import { WhoseMenu } from './whose-menu.tsx'

const SHAPES = [['root', 'From the root'], ['reverse', 'Reverse'], ['sandwich', 'Sandwich']] as const
const COLOURINGS = [['kind', 'Kind'], ['binary', 'Binary']] as const

interface ToolbarProps {
  readonly state: FlameState
  readonly flame: Flame | undefined
  readonly whole: Whole
  readonly onStep: (direction: 1 | -1) => void
  readonly children: React.ReactNode
}

/** Whose stacks, what is searched, how they are put together and coloured. */
export function Toolbar({ state, flame, whole, onStep, children }: ToolbarProps) {
  const { search, matched } = flame ?? {}
  return (
    <div className="flex h-11 flex-none items-center gap-2 border-b border-line pr-3 pl-4 max-desk:h-auto max-desk:flex-wrap max-desk:py-2">
      <WhoseMenu />
      <SearchField value={state.find} why={search?.kind === 'invalid' ? search.why : ''} share={matched && shareOf(matched.samples, whole)} onChange={state.setFind} onStep={onStep} />
      <Segments<Shape> label="How stacks are put together" options={SHAPES} chosen={state.shape} onChoose={state.setShape} />
      <button type="button" className="control flex-none max-desk:hidden" aria-pressed={state.isTable && state.shape !== 'sandwich'} disabled={state.shape === 'sandwich'} title={state.shape === 'sandwich' ? 'The table is beside the sandwich' : 'The same as a table (T)'} onClick={() => state.setTable(!state.isTable)}>
        <Table2 size={14} strokeWidth={1.6} aria-hidden />
        Table
      </button>
      <span className="flex-1" />
      <span className="contents max-desk:hidden"><Segments label="Colour by" options={COLOURINGS} chosen={state.colouring} onChoose={state.setColouring} /></span>
      {children}
    </div>
  )
}
