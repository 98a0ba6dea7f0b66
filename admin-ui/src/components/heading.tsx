import { useEffect, useRef } from '@wordpress/element';
import type { ReactNode } from 'react';

interface HeadingProps {
	level?: 1 | 2;
	/** True where the heading replaces what had the focus: a new step, a result. */
	focused?: boolean;
	children: ReactNode;
}

/** A heading that can take the focus, so that keyboard and screen reader begin at the new step. */
export function Heading({ level = 2, focused = false, children }: HeadingProps) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		if (focused) {
			heading.current?.focus();
		}
	}, [focused]);
	const Tag = level === 1 ? 'h1' : 'h2';
	return (
		<Tag ref={heading} tabIndex={-1} className="holdfast-heading">
			{children}
		</Tag>
	);
}
