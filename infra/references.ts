/** The ARN of a resource of this stack. */
export const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] })

/** A text in which CloudFormation puts references and pseudo parameters. */
export const sub = (text: string) => ({ 'Fn::Sub': text })

/** What is called `poller` in this project, as it is called in an account: stages live side by side. */
export const nameOf = (name: string) => `drover-\${sls:stage}-${name}`

/** An ARN in this account and region, of what has a name and no reference, or may not be referred to. */
export const localArn = (service: string, path: string) =>
  sub(`arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${path}`)

export const account = { Ref: 'AWS::AccountId' }
