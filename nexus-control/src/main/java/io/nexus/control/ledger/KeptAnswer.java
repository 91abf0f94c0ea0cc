package io.nexus.control.ledger;

/**
 * Something that a backend keeps and a later request may refer to by its id: an answer, a part of
 * one, or a conversation. No text of it is kept here.
 *
 * @param id what the backend calls it
 * @param key the name of the client's key that had it made; empty for none
 * @param backend the name of the backend that has it
 * @param tokens how many tokens a request that continues it reads at most
 * @param atMillis when it was made or last changed, in milliseconds of the epoch
 */
public record KeptAnswer(String id, String key, String backend, long tokens, long atMillis) {}
