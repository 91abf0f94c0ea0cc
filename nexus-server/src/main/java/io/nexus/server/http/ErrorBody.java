package io.nexus.server.http;

/** The body of an answer that is an error. */
public sealed interface ErrorBody permits ApiError, PassedOn {}
