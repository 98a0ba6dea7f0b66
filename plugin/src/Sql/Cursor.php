<?php
/**
 * Where in the statement are we?
 *
 * @package Holdfast
 */

namespace Holdfast\Sql;

/**
 * A position in a list of tokens, with the few steps that every parser of a statement needs.
 */
final class Cursor {

	/**
	 * The tokens.
	 *
	 * @var Tokens
	 */
	public $tokens;

	/**
	 * The index of the next token.
	 *
	 * @var int
	 */
	public $at;

	/**
	 * Starts at a token.
	 *
	 * @param Tokens $tokens The tokens.
	 * @param int    $at     The index of the next token.
	 */
	public function __construct( Tokens $tokens, int $at = 0 ) {
		$this->tokens = $tokens;
		$this->at     = $at;
	}

	/**
	 * The next word in upper case, or ''.
	 */
	public function word(): string {
		return $this->tokens->word( $this->at );
	}

	/**
	 * The next operator, or ''.
	 */
	public function operator(): string {
		return $this->tokens->operator( $this->at );
	}

	/**
	 * Is the statement at its end (a last semicolon counts as the end)?
	 */
	public function ended(): bool {
		return $this->at >= $this->tokens->count || ( ';' === $this->operator() && $this->at === $this->tokens->count - 1 );
	}

	/**
	 * Takes the next word if it is one of these.
	 *
	 * @param string ...$words In upper case.
	 */
	public function take( string ...$words ): bool {
		if ( in_array( $this->word(), $words, true ) ) {
			++$this->at;
			return true;
		}
		return false;
	}

	/**
	 * Takes all following words that are among these.
	 *
	 * @param string ...$words In upper case.
	 */
	public function skip( string ...$words ): void {
		while ( $this->at < $this->tokens->count && in_array( $this->word(), $words, true ) ) {
			++$this->at;
		}
	}

	/**
	 * Takes the next operator if it is this one.
	 *
	 * @param string $operator The operator.
	 */
	public function take_operator( string $operator ): bool {
		if ( $this->operator() === $operator ) {
			++$this->at;
			return true;
		}
		return false;
	}

	/**
	 * Takes one name (word or quoted), or null.
	 */
	public function name(): ?string {
		if ( $this->at < $this->tokens->count && $this->tokens->kinds[ $this->at ] <= Tokens::NAME ) {
			return $this->tokens->texts[ $this->at++ ];
		}
		return null;
	}

	/**
	 * Takes a table name, with its database if it is written.
	 *
	 * @return array{0: ?string, 1: string}|null
	 */
	public function table(): ?array {
		$this->take_operator( '.' ); // ODBC's form, `.name`.
		$first = $this->name();
		if ( null === $first ) {
			return null;
		}
		if ( '.' === $this->operator() && '*' !== $this->tokens->operator( $this->at + 1 ) ) {
			++$this->at;
			$second = $this->name();
			return null === $second ? null : array( $first, $second );
		}
		return array( null, $first );
	}

	/**
	 * Moves behind the parenthesis that closes the one at the cursor.
	 */
	public function skip_parentheses(): void {
		if ( '(' !== $this->operator() ) {
			return;
		}
		$depth  = 0;
		$tokens = $this->tokens;
		for ( ; $this->at < $tokens->count; ++$this->at ) {
			if ( Tokens::OPERATOR !== $tokens->kinds[ $this->at ] ) {
				continue;
			}
			$operator = $tokens->texts[ $this->at ];
			if ( '(' === $operator ) {
				++$depth;
			} elseif ( ')' === $operator && 0 === --$depth ) {
				++$this->at;
				return;
			}
		}
	}

	/**
	 * Moves to the next of these words, or of a semicolon, outside parentheses; else to the end.
	 *
	 * @param string ...$words In upper case.
	 */
	public function find( string ...$words ): bool {
		$tokens = $this->tokens;
		while ( $this->at < $tokens->count ) {
			$kind = $tokens->kinds[ $this->at ];
			$text = $tokens->texts[ $this->at ];
			if ( Tokens::WORD === $kind && in_array( strtoupper( $text ), $words, true ) ) {
				return true;
			}
			if ( Tokens::OPERATOR === $kind ) {
				if ( ';' === $text ) {
					return false;
				}
				if ( '(' === $text ) {
					$this->skip_parentheses();
					continue;
				}
			}
			++$this->at;
		}
		return false;
	}
}
