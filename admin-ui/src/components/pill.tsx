import type { ReactNode } from 'react';

interface PillProps {
	kind?: 'plain' | 'kept' | 'warning' | 'failure';
	title?: string;
	children: ReactNode;
}

export function Pill({ kind = 'plain', title, children }: PillProps) {
	return (
		<span className={`holdfast-pill is-${kind}`} title={title}>
			{children}
		</span>
	);
}
