namespace TraceMQ.Tui.Messages;

/// <summary>Messages in order of their ids, as a list shows them. An immutable snapshot: safe on any thread.</summary>
internal interface IMessageRows
{
    /// <summary>How many rows there are.</summary>
    long Count { get; }

    /// <summary>The id of a row from 0.</summary>
    long IdAt(long row);

    /// <summary>The row of an id; the bitwise complement of the row where it would stand when it is not there.</summary>
    long RowOf(long id);
}
