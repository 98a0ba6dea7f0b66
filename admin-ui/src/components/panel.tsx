import { Card, CardBody } from '@wordpress/components';
import type { ReactNode } from 'react';

interface PanelProps {
	className?: string;
	children: ReactNode;
}

export function Panel({ className, children }: PanelProps) {
	return (
		<Card className={['holdfast-panel', className].filter(Boolean).join(' ')}>
			<CardBody>{children}</CardBody>
		</Card>
	);
}
