/**
 * JSON Web Tokens of identity providers as keys. Start with {@link io.nexus.server.auth.Tokens}.
 * Nothing of it is loaded where none is configured.
 */
package io.nexus.server.auth;
