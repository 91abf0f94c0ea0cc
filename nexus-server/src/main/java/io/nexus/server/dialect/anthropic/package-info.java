/**
 * The error format that Anthropic's APIs share. They have packages of their own below; this one
 * imports none of them.
 */
@NullMarked
package io.nexus.server.dialect.anthropic;

import org.jspecify.annotations.NullMarked;
