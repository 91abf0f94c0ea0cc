package io.nexus.control.ledger;

/**
 * An answer, a part of one, or a conversation that a backend stores and a later request may refer
 * to by id. Contains no text of it.
 *
 * @param id its id at the backend
 * @param key the name of the client's key that created it; empty for none
 * @param backend the name of the backend that stores it
 * @param tokens the most input tokens that it adds to a request that continues it
 * @param atMillis when it was created or last changed, in milliseconds of the epoch
 */
public record KeptAnswer(String id, String key, String backend, long tokens, long atMillis) {}
