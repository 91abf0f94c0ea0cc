package io.nexus.server.dialect;

/**
 * An error that a backend answers with although the status says that all is well.
 *
 * @param status what HTTP would say of it, 400 to 599
 * @param message the backend's words; empty if there are none
 */
public record ProviderError(int status, String message) {}
