import { useSelect } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import type { ReactNode } from 'react';
import { VersionNotice } from './agent-away/version-notice.tsx';
import { FailureNotice } from './components/failure-notice.tsx';
import { Heading } from './components/heading.tsx';
import { store } from './store/index.ts';

interface PageHeaderProps {
	title?: string;
	/** See Heading. */
	focused?: boolean;
	/** The screen tells by itself that nobody answers. */
	tellsSilence?: boolean;
	children?: ReactNode;
}

/** Title, buttons, and below them what is true of every screen: nobody answers, versions differ. */
export function PageHeader({
	title = __('Holdfast', 'holdfast'),
	focused = false,
	tellsSilence = false,
	children,
}: PageHeaderProps) {
	const { value, failure } = useSelect((select) => select(store).getPlugin(), []);
	return (
		<>
			<header className="holdfast-header">
				<Heading level={1} focused={focused}>
					{title}
				</Heading>
				{children}
			</header>
			{failure && !tellsSilence && <FailureNotice failure={failure} status={value ? 'warning' : 'error'} />}
			{value && <VersionNotice agent={value.agent} />}
		</>
	);
}
